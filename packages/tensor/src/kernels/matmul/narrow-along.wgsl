// The narrow operand in vectors along k: a lane loads four k of one line in LANES.
const NARROW_LOADS: u32 = (TILE + LANES - 1u) / LANES;

fn narrow_start(base: u32, first: u32, lane: u32) -> array<u32, NARROW_LOADS> {
  var at: array<u32, NARROW_LOADS>;
  for (var i = 0u; i < NARROW_LOADS; i++) {
    at[i] = base + min(first + i * LANES + lane, NARROW_SIZE - 1u) * NARROW_STRIDE;
  }
  return at;
}

fn narrow_block(at: array<u32, NARROW_LOADS>, k: u32, lane: u32) -> array<vec4<f32>, NARROW_LOADS> {
  var block: array<vec4<f32>, NARROW_LOADS>;
  for (var i = 0u; i < NARROW_LOADS; i++) {
    block[i] = narrow_load4(at[i] + k);
  }
  return block;
}

fn narrow_value(block: array<vec4<f32>, NARROW_LOADS>, line: u32, step: u32) -> f32 {
  return subgroupShuffle(block[line / LANES][step], line % LANES);
}
