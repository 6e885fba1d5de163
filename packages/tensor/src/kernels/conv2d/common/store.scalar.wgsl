// Writes four columns of the result one by one, as far as the result has them.

fn write4(batch: u32, row: u32, column: u32, value: vec4<f32>) {
  for (var i = 0u; i < 4u; i++) {
    if (column + i < COLUMNS()) {
      store(batch, row, column + i, value[i]);
    }
  }
}
