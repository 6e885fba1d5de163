// Lines of the vector operand are rows, in any number.
fn store_lines(batch: u32, line: u32, vector: u32, value: vec4<f32>) {
  var rest = value;
  let end = min(vector + 4u, VECTOR_SIZE());
  for (var row = vector; row < end; row++) {
    store(batch, row, line, rest.x);
    rest = rest.yzww;
  }
}
