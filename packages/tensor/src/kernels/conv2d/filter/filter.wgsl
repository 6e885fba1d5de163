// Filter gradient: a matrix product with few results and a long sum over all output pixels. A lane reads, at every pixel, its
// own LANE_ROWS · ROW_GROUPS rows (kh, kw, channel) of the patch and its own four columns of y's cotangent. COLUMN_LANES lanes
// lie side by side along columns and form a team; a patch value goes round its team by `share`, as in patch/patch.wgsl.
// Coordinates are u32 and may wrap below zero: what lies outside the image then fails the test against its size.

const WORKGROUP_ROWS: u32 = LANES * LANE_ROWS * ROW_GROUPS;
/// Rows × 4 columns whose sums one lane keeps.
const SUMS: u32 = COLUMN_LANES * LANE_ROWS * ROW_GROUPS;

var<private> sums: array<vec4<f32>, SUMS>;
//: totals

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let batch = group.z;
  let first = group.x * WORKGROUP_ROWS;
  let column = (group.y * COLUMN_LANES + lane % COLUMN_LANES) * 4u;
  let team = lane - lane % COLUMN_LANES;
  let dy = b_batch(batch);

  // Where this lane's rows lie in a patch.
  var channels: array<u32, ROW_GROUPS>;
  var tops: array<u32, ROW_GROUPS>;
  var lefts: array<u32, ROW_GROUPS>;
  for (var g = 0u; g < ROW_GROUPS; g++) {
    let row = first + (g * LANES + lane) * LANE_ROWS;
    let tap = row / IN_CHANNELS();
    channels[g] = a_batch(batch) + row % IN_CHANNELS();
    tops[g] = tap / FILTER_WIDTH() - PAD_TOP();
    lefts[g] = tap % FILTER_WIDTH() - PAD_LEFT();
  }

  // Zero, in words that hide it from the compiler: it would unroll a short loop, and pay for every copy of its loads with 20 ms.
  // A long loop it leaves alone, and runs it a little faster when it sees all bounds.
  let zero = select(1u, 0u, first < ROWS());
  let first_column = select(0u, zero, OUT_WIDTH() <= 8u || SUMS < 32u);
  for (var image = 0u; image < IMAGES(); image++) {
    for (var oh = 0u; oh < OUT_HEIGHT(); oh++) {
      var lines: array<u32, ROW_GROUPS>;
      var widths: array<u32, ROW_GROUPS>;
      for (var g = 0u; g < ROW_GROUPS; g++) {
        let y = oh * STRIDE_Y() + tops[g];
        lines[g] = channels[g] + (image * HEIGHT() + y) * (WIDTH() * IN_CHANNELS());
        // Rows beyond the last have a tap beyond the last; what they sum is never written.
        widths[g] = select(0u, WIDTH(), y < HEIGHT());
      }
      let dy_line = dy + (image * OUT_HEIGHT() + oh) * (OUT_WIDTH() * OUT_CHANNELS());
      for (var ow = first_column; ow < OUT_WIDTH(); ow++) {
        let cotangent = read_columns(dy_line + ow * OUT_CHANNELS(), column);
        for (var g = 0u; g < ROW_GROUPS; g++) {
          let x = ow * STRIDE_X() + lefts[g];
          let inside = x < widths[g];
          let own = select(Patch(), read_patch(select(0u, lines[g] + x * IN_CHANNELS(), inside)), inside);
          //: lanes of the team
        }
      }
      //: after a line
    }
  }

  for (var i = zero; i < SUMS; i++) {
    let owner = i / (COLUMN_LANES * LANE_ROWS) * LANES + team + i / LANE_ROWS % COLUMN_LANES;
    let row = first + owner * LANE_ROWS + i % LANE_ROWS;
    if (row < ROWS()) {
      //: write
    }
  }
}
