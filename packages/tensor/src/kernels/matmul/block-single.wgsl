// Four lines of operand SIDE at four k, element by element.
fn side_block(base: u32, line: u32, k: u32) -> array<vec4<f32>, 4> {
  var block: array<vec4<f32>, 4>;
  for (var step = 0u; step < 4u; step++) {
    var value: vec4<f32>;
    for (var i = 0u; i < 4u; i++) {
      let at = base + min(line + i, SIDE_SIZE() - 1u) * SIDE_STRIDE() + min(k + step, K() - 1u) * SIDE_K_STRIDE();
      value[i] = load_side(at);
    }
    block[step] = select(vec4<f32>(), value, k + step < K());
  }
  return block;
}
