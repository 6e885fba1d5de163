// The narrow operand element by element, for strides and offsets that no vector fits.
const NARROW_LOADS: u32 = (TILE * 2u + SHARERS - 1u) / SHARERS;
alias Narrow = array<f32, NARROW_LOADS>;
alias NarrowStart = array<u32, NARROW_LOADS>;

fn narrow_start(base: u32, first: u32, lane: u32) -> NarrowStart {
  var at: NarrowStart;
  for (var i = 0u; i < NARROW_LOADS; i++) {
    let line = (i * SHARERS + lane) % TILE;
    at[i] = base + min(first + line, NARROW_SIZE() - 1u) * NARROW_STRIDE();
  }
  return at;
}

fn narrow_fill(left: ptr<function, Narrow>, at: NarrowStart, k: u32, lane: u32) {
  for (var i = 0u; i < NARROW_LOADS; i++) {
    let slot = i * SHARERS + lane;
    let step = min(slot / TILE, 1u);
    if ((i + 1u) * SHARERS <= TILE * 2u || slot < TILE * 2u) {
      let value = narrow_load(at[i] + step_k(k, step) * NARROW_K_STRIDE());
      (*left)[i] = select(value, 0.0, past_end(k, step));
    }
  }
}

fn narrow_value(left: Narrow, line: u32, step: u32) -> f32 {
  let slot = step * TILE + line;
  return share(left[slot / SHARERS], slot % SHARERS);
}

fn narrow_next(left: ptr<function, Narrow>) {}
