// One element of the result per invocation, summed in order of k. Takes every problem, K = 0 included.
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let element = (group.y * GROUPS_X() + group.x) * 64u + lane;
  if (element >= BATCH() * M() * N()) {
    return;
  }
  let batch = element / (M() * N());
  let row = element / N() % M();
  let column = element % N();
  let a = a_batch(batch) + row * A_ROW_STRIDE();
  let b = b_batch(batch) + column * B_COLUMN_STRIDE();
  var sum = 0.0;
  for (var k = opaque_zero(group); k < K(); k++) {
    sum = fma(load_a(a + k * A_COLUMN_STRIDE()), load_b(b + k * B_ROW_STRIDE()), sum);
  }
  store(batch, row, column, sum);
}
