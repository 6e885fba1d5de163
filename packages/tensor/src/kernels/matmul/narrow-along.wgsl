// The narrow operand in vectors along k: in every second turn a lane loads four k of one line in SHARERS.
const NARROW_LOADS: u32 = (TILE + SHARERS - 1u) / SHARERS;
alias Narrow = array<vec4<f32>, NARROW_LOADS>;
alias NarrowStart = array<u32, NARROW_LOADS>;

fn narrow_start(base: u32, first: u32, lane: u32) -> NarrowStart {
  var at: NarrowStart;
  for (var i = 0u; i < NARROW_LOADS; i++) {
    at[i] = base + min(first + i * SHARERS + lane, NARROW_SIZE() - 1u) * NARROW_STRIDE();
  }
  return at;
}

fn narrow_fill(left: ptr<function, Narrow>, at: NarrowStart, k: u32, lane: u32) {
  if (k % 4u == 0u) {
    for (var i = 0u; i < NARROW_LOADS; i++) {
      if ((i + 1u) * SHARERS <= TILE || i * SHARERS + lane < TILE) {
        (*left)[i] = narrow_load4(at[i] + k);
      }
    }
  }
}

fn narrow_value(left: Narrow, line: u32, step: u32) -> f32 {
  return share(left[line / SHARERS][step], line % SHARERS);
}

fn narrow_next(left: ptr<function, Narrow>) {
  for (var i = 0u; i < NARROW_LOADS; i++) {
    (*left)[i] = (*left)[i].zwzw;
  }
}
