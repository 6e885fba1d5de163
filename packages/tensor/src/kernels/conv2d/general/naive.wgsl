// One invocation per element of the result, any shape: the plainest reading of the matrix view in front of it.

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let element = (group.y * groups.x + group.x) * 64u + lane;
  if (element >= BATCH() * ROWS() * COLUMNS()) {
    return;
  }
  let batch = element / (ROWS() * COLUMNS());
  let row = element / COLUMNS() % ROWS();
  let column = element % COLUMNS();
  let a = row_of(batch, row);
  let b = b_batch(batch);
  var total = 0.0;
  for (var first = 0u; first < DEPTH(); first += BLOCK()) {
    var sum = 0.0;
    for (var k = first; k < min(first + BLOCK(), DEPTH()); k++) {
      sum += a_element(a, k) * b_element(b, k, column);
    }
    total += sum;
  }
  store(batch, row, column, total);
}
