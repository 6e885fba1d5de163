for (var step = 0u; step < 2u; step++) {
  let value = vector_value(right, step, 0u);
  for (var line = 0u; line < TILE; line++) {
    sum[line] = fma(vec4<f32>(broadcast_value(left, line, step)), value, sum[line]);
  }
}
