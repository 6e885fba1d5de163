// The vector operand element by element, for strides and offsets that no vector fits.
alias VectorLines = array<vec4<f32>, 2>;

fn vector_start(base: u32, first: u32) -> vec4<u32> {
  return base + min(first + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(VECTOR_SIZE() - 1u)) * VECTOR_STRIDE();
}

fn vector_fill(right: ptr<function, VectorLines>, at: vec4<u32>, k: u32) {
  for (var step = rolled_zero(k); step < 2u; step++) {
    let here = at + step_k(k, step) * VECTOR_K_STRIDE();
    let value = vec4<f32>(vector_load(here.x), vector_load(here.y), vector_load(here.z), vector_load(here.w));
    *right = VectorLines((*right)[1], select(value, vec4<f32>(), past_end(k, step)));
  }
}

fn vector_value(right: VectorLines, step: u32, quad: u32) -> vec4<f32> {
  return right[step];
}

fn vector_next(right: ptr<function, VectorLines>) {}
