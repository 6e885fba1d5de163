// The vector operand in vectors along k: in every second turn a lane loads four k of each of its four lines.
alias VectorLines = array<vec4<f32>, 4>;

fn vector_start(base: u32, first: u32) -> vec4<u32> {
  return base + min(first + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(VECTOR_SIZE() - 1u)) * VECTOR_STRIDE();
}

fn vector_fill(right: ptr<function, VectorLines>, at: vec4<u32>, k: u32) {
  if (k % 4u == 0u) {
    // The newest line comes in last, so that no index depends on the turn and the loop may stay one (see ROLLED).
    var next = at;
    for (var line = rolled_zero(k); line < 4u; line++) {
      *right = VectorLines((*right)[1], (*right)[2], (*right)[3], vector_load4(next.x + k));
      next = next.yzwx;
    }
  }
}

fn vector_value(right: VectorLines, step: u32, quad: u32) -> vec4<f32> {
  return vec4<f32>(right[0][step], right[1][step], right[2][step], right[3][step]);
}

fn vector_next(right: ptr<function, VectorLines>) {
  for (var line = 0u; line < 4u; line++) {
    (*right)[line] = (*right)[line].zwzw;
  }
}
