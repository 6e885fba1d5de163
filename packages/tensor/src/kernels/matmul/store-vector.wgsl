// Wide lines are columns, and their number is a multiple of 4.
fn store_lines(batch: u32, line: u32, wide: u32, value: vec4<f32>) {
  if (wide < WIDE_SIZE()) {
    store4(batch, line, wide, value);
  }
}
