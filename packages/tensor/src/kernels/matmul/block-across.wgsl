// Four lines of operand SIDE at four k, in vectors across lines.
fn side_block(base: u32, line: u32, k: u32) -> array<vec4<f32>, 4> {
  var block: array<vec4<f32>, 4>;
  for (var step = 0u; step < 4u; step++) {
    let value = load4_side(base + min(line, SIDE_SIZE() - 4u) + min(k + step, K() - 1u) * SIDE_K_STRIDE());
    block[step] = select(vec4<f32>(), value, k + step < K());
  }
  return block;
}
