// The narrow operand in vectors across lines: a lane loads four lines of one k. TILE is a multiple of 4.
const NARROW_QUADS: u32 = TILE / 4u;
const NARROW_LOADS: u32 = (TILE + LANES - 1u) / LANES;

fn narrow_start(base: u32, first: u32, lane: u32) -> array<u32, NARROW_LOADS> {
  var at: array<u32, NARROW_LOADS>;
  for (var i = 0u; i < NARROW_LOADS; i++) {
    let quad = (i * LANES + lane) % NARROW_QUADS;
    at[i] = base + min(first + quad * 4u, NARROW_SIZE - 4u);
  }
  return at;
}

fn narrow_block(at: array<u32, NARROW_LOADS>, k: u32, lane: u32) -> array<vec4<f32>, NARROW_LOADS> {
  var block: array<vec4<f32>, NARROW_LOADS>;
  for (var i = 0u; i < NARROW_LOADS; i++) {
    let step = min((i * LANES + lane) / NARROW_QUADS, 3u);
    let value = narrow_load4(at[i] + step_k(k, step) * NARROW_K_STRIDE);
    block[i] = select(value, vec4<f32>(), past_end(k, step));
  }
  return block;
}

fn narrow_value(block: array<vec4<f32>, NARROW_LOADS>, line: u32, step: u32) -> f32 {
  let slot = step * NARROW_QUADS + line / 4u;
  return subgroupShuffle(block[slot / LANES][line % 4u], slot % LANES);
}
