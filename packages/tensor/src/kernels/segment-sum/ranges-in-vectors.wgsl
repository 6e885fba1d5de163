// As ranges.wgsl, with all threads at work. A workgroup goes through the ids, THREADS at a time: each thread
// reads one id and its value, and the first thread of each segment adds what all of them read for it, in order. The order of a
// sum is that of the ids, so results are those of ranges.wgsl to the bit, whatever THREADS is.
//
// Constants: COUNT ids, WIDTH columns, SEGMENTS, RANGE, THREADS. Inputs: values [batch, COUNT, WIDTH], ids [batch, COUNT].

const LEVELS = 4u;
const BLOCK = 64u;

var<workgroup> totals: array<array<f32, RANGE>, LEVELS>;
var<workgroup> counts: array<u32, RANGE>;
var<workgroup> places: array<u32, THREADS>;
var<workgroup> terms: array<f32, THREADS>;

fn add_term(place: u32, term: f32) {
  totals[0][place] += term;
  counts[place]++;
  var full = counts[place];
  for (var level = 1u; level < LEVELS && full % BLOCK == 0u; level++) {
    totals[level][place] += totals[level - 1u][place];
    totals[level - 1u][place] = 0.0;
    full /= BLOCK;
  }
}

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
  for (var start = 0u; start < COUNT(); start += THREADS) {
    let i = start + local;
    var place = RANGE;
    if (i < COUNT()) {
      // Ids below the stretch wrap around and are large.
      place = min(input_1(batch * COUNT() + i) - first, RANGE);
    }
    places[local] = place;
    if (place < RANGE) {
      terms[local] = input_0((batch * COUNT() + i) * WIDTH() + column);
    }
    workgroupBarrier();
    if (place < RANGE) {
      var earlier = 0u;
      while (places[earlier] != place) {
        earlier++;
      }
      if (earlier == local) {
        for (var other = local; other < THREADS; other++) {
          if (places[other] == place) {
            add_term(place, terms[other]);
          }
        }
      }
    }
    workgroupBarrier();
  }
  for (var k = local; k < RANGE; k += THREADS) {
    if (first + k < SEGMENTS()) {
      let total = (totals[0][k] + totals[1][k]) + (totals[2][k] + totals[3][k]);
      output((batch * SEGMENTS() + first + k) * WIDTH() + column, total);
    }
  }
}
