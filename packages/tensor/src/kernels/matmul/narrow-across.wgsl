// The narrow operand in vectors across lines: a lane loads four lines at one k. TILE is a multiple of 4.
const NARROW_QUADS: u32 = TILE / 4u;
const NARROW_LOADS: u32 = (NARROW_QUADS * 2u + SHARERS - 1u) / SHARERS;
alias Narrow = array<vec4<f32>, NARROW_LOADS>;
alias NarrowStart = array<u32, NARROW_LOADS>;

fn narrow_start(base: u32, first: u32, lane: u32) -> NarrowStart {
  var at: NarrowStart;
  for (var i = 0u; i < NARROW_LOADS; i++) {
    let quad = (i * SHARERS + lane) % NARROW_QUADS;
    at[i] = base + min(first + quad * 4u, NARROW_SIZE() - 4u);
  }
  return at;
}

fn narrow_fill(left: ptr<function, Narrow>, at: NarrowStart, k: u32, lane: u32) {
  for (var i = 0u; i < NARROW_LOADS; i++) {
    let slot = i * SHARERS + lane;
    let step = min(slot / NARROW_QUADS, 1u);
    if ((i + 1u) * SHARERS <= NARROW_QUADS * 2u || slot < NARROW_QUADS * 2u) {
      let value = narrow_load4(at[i] + step_k(k, step) * NARROW_K_STRIDE());
      (*left)[i] = select(value, vec4<f32>(), past_end(k, step));
    }
  }
}

fn narrow_value(left: Narrow, line: u32, step: u32) -> f32 {
  let slot = step * NARROW_QUADS + line / 4u;
  return share(left[slot / SHARERS][line % 4u], slot % SHARERS);
}

fn narrow_next(left: ptr<function, Narrow>) {}
