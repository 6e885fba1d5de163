// The vector operand in vectors across lines: one load gives a lane four lines at one k.
alias VectorLines = array<vec4<f32>, 2u * QUADS>;

fn vector_start(base: u32, first: u32) -> u32 {
  return base + min(first, VECTOR_SIZE() - 4u);
}

fn vector_fill(right: ptr<function, VectorLines>, at: u32, k: u32) {
  for (var step = 0u; step < 2u; step++) {
    for (var quad = 0u; quad < QUADS; quad++) {
      let value = vector_load4(at + quad * LANES * 4u + step_k(k, step) * VECTOR_K_STRIDE());
      (*right)[step * QUADS + quad] = select(value, vec4<f32>(), past_end(k, step));
    }
  }
}

fn vector_value(right: VectorLines, step: u32, quad: u32) -> vec4<f32> {
  return right[step * QUADS + quad];
}

fn vector_next(right: ptr<function, VectorLines>) {}
