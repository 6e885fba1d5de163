// Lines of the vector operand are columns, and their number is a multiple of 4.
fn store_lines(batch: u32, line: u32, vector: u32, value: vec4<f32>) {
  if (vector < VECTOR_SIZE()) {
    store4(batch, line, vector, value);
  }
}
