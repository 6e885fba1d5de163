// Lines of the vector operand are columns, in any number.
fn store_lines(batch: u32, line: u32, vector: u32, value: vec4<f32>) {
  var rest = value;
  let end = min(vector + 4u, VECTOR_SIZE());
  for (var column = vector; column < end; column++) {
    store(batch, line, column, rest.x);
    rest = rest.yzww;
  }
}
