// The frame of a kernel with reductions. A row item is one row, or four neighbouring rows. X row items share a workgroup, and
// Y threads go along each: thread (across, along) visits positions along, along + Y, … in order, so the order of every sum is fixed.
//
// Constants: X, Y, BANDS, ROWS (row items), GROUPS_X. A thread takes BANDS row items, X apart: row, row + X, …; more
// than one only where ROWS is a multiple of X · BANDS. The compiler writes the marked part: loops over a row, combinations of the
// partial results (combine.wgsl), and the results.

@compute @workgroup_size(X * Y)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let across = local % X;
  let along = local / X;
  let own_row = (group.y * GROUPS_X() + group.x) * X * BANDS + across;
  // Threads past the last row repeat it without writing, so that all reach the barriers.
  let row = min(own_row, ROWS() - 1u);
  //: phases
}
