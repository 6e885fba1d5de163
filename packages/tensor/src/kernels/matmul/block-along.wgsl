// Four lines of operand SIDE at four k, in vectors along k.
fn side_block(base: u32, line: u32, k: u32) -> array<vec4<f32>, 4> {
  var rows: array<vec4<f32>, 4>;
  for (var i = 0u; i < 4u; i++) {
    rows[i] = load4_side(base + min(line + i, SIDE_SIZE() - 1u) * SIDE_STRIDE() + min(k, K() - 4u));
    rows[i] = select(vec4<f32>(), rows[i], k < K());
  }
  var block: array<vec4<f32>, 4>;
  for (var step = 0u; step < 4u; step++) {
    block[step] = vec4<f32>(rows[0][step], rows[1][step], rows[2][step], rows[3][step]);
  }
  return block;
}
