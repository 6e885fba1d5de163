// The frame of a pointwise kernel. An item is one element, or four neighbours. The threads of a workgroup share a stretch of
// THREADS × ROUNDS items: in each round neighbours in the workgroup take neighbouring items.
//
// Constants: THREADS, ROUNDS, ITEMS, GROUPS_X. The compiler writes the marked parts:
//   before the loop  what is the same for all items
//   an item          loads, the fused expressions, stores, for `item`

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let first = (group.y * GROUPS_X() + group.x) * (THREADS * ROUNDS()) + local;
  let end = min(first + THREADS * ROUNDS(), ITEMS());
  //: before the loop
  for (var item = first; item < end; item += THREADS) {
    //: an item
  }
}
