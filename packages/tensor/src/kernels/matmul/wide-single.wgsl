// The wide operand element by element, for strides and offsets that no vector fits.
alias Wide = array<vec4<f32>, 2>;

fn wide_start(base: u32, first: u32) -> vec4<u32> {
  return base + min(first + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(WIDE_SIZE() - 1u)) * WIDE_STRIDE();
}

fn wide_fill(right: ptr<function, Wide>, at: vec4<u32>, k: u32) {
  for (var step = rolled_zero(k); step < 2u; step++) {
    let here = at + step_k(k, step) * WIDE_K_STRIDE();
    let value = vec4<f32>(wide_load(here.x), wide_load(here.y), wide_load(here.z), wide_load(here.w));
    *right = Wide((*right)[1], select(value, vec4<f32>(), past_end(k, step)));
  }
}

fn wide_value(right: Wide, step: u32) -> vec4<f32> {
  return right[step];
}

fn wide_next(right: ptr<function, Wide>) {}
