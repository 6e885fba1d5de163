// The portable kernel for graphics processors: 8 × 8 invocations walk along k with a tile of each operand in workgroup
// memory. One invocation keeps ROW_QUADS · 4 rows × COLUMN_QUADS · 4 columns in registers; its quads lie 32 lines apart, so
// that neighbours read neighbouring vectors. Tiles are stored [k][line / 4] as vectors of four lines.
const TILE_K: u32 = 16u;
const A_QUADS: u32 = ROW_QUADS * 8u;
const B_QUADS: u32 = COLUMN_QUADS * 8u;

var<workgroup> a_tile: array<vec4<f32>, TILE_K * A_QUADS>;
var<workgroup> b_tile: array<vec4<f32>, TILE_K * B_QUADS>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let batch = group.z;
  let first_row = group.y * A_QUADS * 4u;
  let first_column = group.x * B_QUADS * 4u;
  let lane_row = lane / 8u;
  let lane_column = lane % 8u;
  let a_start = a_batch(batch);
  let b_start = b_batch(batch);

  var sum: array<vec4<f32>, ROW_QUADS * 4u * COLUMN_QUADS>;
  for (var k = 0u; k < K(); k += TILE_K) {
    for (var block = lane; block < A_QUADS * 4u; block += 64u) {
      let place = a_place(block);
      let values = a_block(a_start, first_row + place.x * 4u, k + place.y * 4u);
      for (var step = 0u; step < 4u; step++) {
        a_tile[(place.y * 4u + step) * A_QUADS + place.x] = values[step];
      }
    }
    for (var block = lane; block < B_QUADS * 4u; block += 64u) {
      let place = b_place(block);
      let values = b_block(b_start, first_column + place.x * 4u, k + place.y * 4u);
      for (var step = 0u; step < 4u; step++) {
        b_tile[(place.y * 4u + step) * B_QUADS + place.x] = values[step];
      }
    }
    workgroupBarrier();
    for (var turn = opaque_zero(group); turn < TILE_K; turn += UNROLL) {
      for (var step = 0u; step < UNROLL; step++) {
        var right: array<vec4<f32>, COLUMN_QUADS>;
        for (var j = 0u; j < COLUMN_QUADS; j++) {
          right[j] = b_tile[(turn + step) * B_QUADS + j * 8u + lane_column];
        }
        for (var quad = 0u; quad < ROW_QUADS; quad++) {
          let left = a_tile[(turn + step) * A_QUADS + quad * 8u + lane_row];
          for (var i = 0u; i < 4u; i++) {
            for (var j = 0u; j < COLUMN_QUADS; j++) {
              let at = (quad * 4u + i) * COLUMN_QUADS + j;
              sum[at] = fma(vec4<f32>(left[i]), right[j], sum[at]);
            }
          }
        }
      }
    }
    workgroupBarrier();
  }

  // One row a turn, the rest moving up, so that the epilogue is compiled once for each quad of columns.
  for (var i = opaque_zero(group); i < ROW_QUADS * 4u; i++) {
    let row = first_row + (i / 4u * 8u + lane_row) * 4u + i % 4u;
    if (row < M()) {
      for (var j = 0u; j < COLUMN_QUADS; j++) {
        store_lines(batch, row, first_column + (j * 8u + lane_column) * 4u, sum[j]);
      }
    }
    for (var next = COLUMN_QUADS; next < ROW_QUADS * 4u * COLUMN_QUADS; next++) {
      sum[next - COLUMN_QUADS] = sum[next];
    }
  }
}

// Which four lines (x) and which four k (y) of a tile a block is. Neighbours take what lies side by side in memory.
fn a_place(block: u32) -> vec2<u32> {
  if (A_COLUMN_STRIDE() == 1u) {
    return vec2<u32>(block / 4u, block % 4u);
  }
  return vec2<u32>(block % A_QUADS, block / A_QUADS);
}

fn b_place(block: u32) -> vec2<u32> {
  if (B_ROW_STRIDE() == 1u) {
    return vec2<u32>(block / 4u, block % 4u);
  }
  return vec2<u32>(block % B_QUADS, block / B_QUADS);
}
