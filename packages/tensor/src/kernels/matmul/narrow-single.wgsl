// The narrow operand element by element, for strides or offsets that no vector fits.
const NARROW_LOADS: u32 = (TILE * 4u + LANES - 1u) / LANES;

fn narrow_start(base: u32, first: u32, lane: u32) -> array<u32, NARROW_LOADS> {
  var at: array<u32, NARROW_LOADS>;
  for (var i = 0u; i < NARROW_LOADS; i++) {
    let line = (i * LANES + lane) % TILE;
    at[i] = base + min(first + line, NARROW_SIZE - 1u) * NARROW_STRIDE;
  }
  return at;
}

fn narrow_block(at: array<u32, NARROW_LOADS>, k: u32, lane: u32) -> array<f32, NARROW_LOADS> {
  var block: array<f32, NARROW_LOADS>;
  for (var i = 0u; i < NARROW_LOADS; i++) {
    let step = min((i * LANES + lane) / TILE, 3u);
    let value = narrow_load(at[i] + step_k(k, step) * NARROW_K_STRIDE);
    block[i] = select(value, 0.0, past_end(k, step));
  }
  return block;
}

fn narrow_value(block: array<f32, NARROW_LOADS>, line: u32, step: u32) -> f32 {
  let slot = step * TILE + line;
  return subgroupShuffle(block[slot / LANES], slot % LANES);
}
