// Each workgroup sums a stretch of RANGE segments of one column: it zeroes its totals, one thread goes through the ids in
// order and adds what falls into the stretch, then all write. Work is (ids + RANGE) for each stretch, where a thread for each
// segment would look at every id. The order of a sum is that of the ids, so results repeat to the bit.
//
// Constants: COUNT ids, WIDTH columns, SEGMENTS, RANGE. Inputs: values [batch, COUNT, WIDTH], ids [batch, COUNT].

const THREADS = 64u;

var<workgroup> totals: array<f32, RANGE>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let first = group.x * RANGE;
  let column = group.y;
  let batch = group.z;
  for (var k = local; k < RANGE; k += THREADS) {
    totals[k] = 0.0;
  }
  workgroupBarrier();
  if (local == 0u) {
    for (var i = 0u; i < COUNT; i++) {
      // Ids below the stretch wrap around and are large.
      let place = input_1(batch * COUNT + i) - first;
      if (place < RANGE) {
        totals[place] += input_0((batch * COUNT + i) * WIDTH + column);
      }
    }
  }
  workgroupBarrier();
  for (var k = local; k < RANGE; k += THREADS) {
    if (first + k < SEGMENTS) {
      output((batch * SEGMENTS + first + k) * WIDTH + column, totals[k]);
    }
  }
}
