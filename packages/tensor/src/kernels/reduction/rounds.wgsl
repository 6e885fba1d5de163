// The frame of a kernel with reductions over many short rows (see reduction.wgsl): a thread goes along a whole row, and takes ROUNDS of
// them one after the other, so that there are fewer workgroups to launch. The order of every sum is that of a round alone.
//
// Constants: X, ROUNDS, OUTER_TILES, GROUPS_X.

@compute @workgroup_size(X)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) across: u32) {
  let along = 0u;
  for (var turn = 0u; turn < ROUNDS(); turn++) {
    let own_tile = ((group.y * GROUPS_X() + group.x) * ROUNDS() + turn) * X + across;
    let tile = min(own_tile, OUTER_TILES() - 1u);
    //: phases
  }
}
