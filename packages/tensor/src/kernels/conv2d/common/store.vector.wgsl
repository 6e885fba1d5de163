// Writes four columns of the result at once: COLUMNS is a multiple of 4.

fn write4(batch: u32, row: u32, column: u32, value: vec4<f32>) {
  if (column < COLUMNS()) {
    store4(batch, row, column, value);
  }
}
