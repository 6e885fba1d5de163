// The wide operand in vectors across lines: one load gives a lane its four lines at one k.
fn wide_start(base: u32, first: u32) -> u32 {
  return base + min(first, WIDE_SIZE - 4u);
}

fn wide_block(at: u32, k: u32) -> array<vec4<f32>, 4> {
  var block: array<vec4<f32>, 4>;
  for (var step = 0u; step < 4u; step++) {
    let value = wide_load4(at + step_k(k, step) * WIDE_K_STRIDE);
    block[step] = select(value, vec4<f32>(), past_end(k, step));
  }
  return block;
}
