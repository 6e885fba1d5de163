// The wide operand in vectors across lines: one load gives a lane its four lines at one k.
alias Wide = array<vec4<f32>, 2>;

fn wide_start(base: u32, first: u32) -> u32 {
  return base + min(first, WIDE_SIZE() - 4u);
}

fn wide_fill(right: ptr<function, Wide>, at: u32, k: u32) {
  for (var step = 0u; step < 2u; step++) {
    let value = wide_load4(at + step_k(k, step) * WIDE_K_STRIDE());
    (*right)[step] = select(value, vec4<f32>(), past_end(k, step));
  }
}

fn wide_value(right: Wide, step: u32) -> vec4<f32> {
  return right[step];
}

fn wide_next(right: ptr<function, Wide>) {}
