// Each workgroup sums a stretch of RANGE segments of one column: it zeroes its totals, one thread goes through the ids in
// order and adds what falls into the stretch, then all write. Work is (ids + RANGE) for each stretch, where a thread for each
// segment would look at every id. The order of a sum is that of the ids, so results repeat to the bit. 64 elements of a segment
// make a block, 64 blocks a block of blocks and so on: no chain of additions grows with the number of ids.
//
// Constants: COUNT ids, WIDTH columns, SEGMENTS, RANGE. Inputs: values [batch, COUNT, WIDTH], ids [batch, COUNT].

const THREADS = 64u;

const LEVELS = 4u;
const BLOCK = 64u;

var<workgroup> totals: array<array<f32, RANGE>, LEVELS>;
var<workgroup> counts: array<u32, RANGE>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let first = group.x * RANGE;
  let column = group.y;
  let batch = group.z;
  for (var k = local; k < RANGE; k += THREADS) {
    for (var level = 0u; level < LEVELS; level++) {
      totals[level][k] = 0.0;
    }
    counts[k] = 0u;
  }
  workgroupBarrier();
  if (local == 0u) {
    for (var i = 0u; i < COUNT(); i++) {
      // Ids below the stretch wrap around and are large.
      let place = input_1(batch * COUNT() + i) - first;
      if (place < RANGE) {
        totals[0][place] += input_0((batch * COUNT() + i) * WIDTH() + column);
        counts[place]++;
        var full = counts[place];
        for (var level = 1u; level < LEVELS && full % BLOCK == 0u; level++) {
          totals[level][place] += totals[level - 1u][place];
          totals[level - 1u][place] = 0.0;
          full /= BLOCK;
        }
      }
    }
  }
  workgroupBarrier();
  for (var k = local; k < RANGE; k += THREADS) {
    if (first + k < SEGMENTS()) {
      let total = (totals[0][k] + totals[1][k]) + (totals[2][k] + totals[3][k]);
      output((batch * SEGMENTS() + first + k) * WIDTH() + column, total);
    }
  }
}
