// Wide lines are columns, in any number.
fn store_lines(batch: u32, line: u32, wide: u32, value: vec4<f32>) {
  var rest = value;
  let end = min(wide + 4u, WIDE_SIZE());
  for (var column = wide; column < end; column++) {
    store(batch, line, column, rest.x);
    rest = rest.yzww;
  }
}
