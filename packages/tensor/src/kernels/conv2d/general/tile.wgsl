// The portable kernel for graphics processors: a workgroup of 8 × 8 invocations owns a 32 × 32 tile of the result, 4 × 4
// elements each, and walks along k with tiles of both operands in workgroup memory. Rows and columns of one
// invocation lie 8 apart, so that neighbours touch neighbouring addresses.

const TILE: u32 = 32u;
const TILE_K: u32 = 8u;

var<workgroup> a_tile: array<f32, TILE * TILE_K>;
var<workgroup> b_tile: array<f32, TILE * TILE_K>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let batch = group.z;
  let first_row = group.y * TILE;
  let first_column = group.x * TILE;
  let lane_row = lane / 8u;
  let lane_column = lane % 8u;

  // Loading: of a, one row and every second k; of b, one column and every second k.
  let load_line = lane % TILE;
  let load_k = lane / TILE;
  let a_valid = first_row + load_line < ROWS();
  let b_valid = first_column + load_line < COLUMNS();
  let a_row = row_of(batch, first_row + load_line);
  let b_base = b_batch(batch);

  var sums: array<array<f32, 4>, 4>;
  for (var first_k = 0u; first_k < DEPTH(); first_k += TILE_K) {
    for (var step = 0u; step < TILE_K; step += 2u) {
      let k = first_k + step + load_k;
      var a_value = 0.0;
      var b_value = 0.0;
      if (a_valid && k < DEPTH()) {
        a_value = a_element(a_row, k);
      }
      if (b_valid && k < DEPTH()) {
        b_value = b_element(b_base, k, first_column + load_line);
      }
      a_tile[(step + load_k) * TILE + load_line] = a_value;
      b_tile[(step + load_k) * TILE + load_line] = b_value;
    }
    workgroupBarrier();
    for (var k = 0u; k < TILE_K; k++) {
      var a: array<f32, 4>;
      var b: array<f32, 4>;
      for (var i = 0u; i < 4u; i++) {
        a[i] = a_tile[k * TILE + i * 8u + lane_row];
        b[i] = b_tile[k * TILE + i * 8u + lane_column];
      }
      for (var i = 0u; i < 4u; i++) {
        for (var j = 0u; j < 4u; j++) {
          sums[i][j] += a[i] * b[j];
        }
      }
    }
    workgroupBarrier();
  }

  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) {
      let row = first_row + i * 8u + lane_row;
      let column = first_column + j * 8u + lane_column;
      if (row < ROWS() && column < COLUMNS()) {
        store(batch, row, column, sums[i][j]);
      }
    }
  }
}
