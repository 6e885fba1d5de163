// Register tiles without workgroup memory. One invocation owns TILE_M rows and TILE_N columns; the LANES invocations of
// a workgroup share the rows and lie side by side along the columns, so that operand a is read at one address by all of
// them and operand b at neighbouring ones. Rows and columns past the edge read the last valid one and are not stored.
@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let batch = group.z;
  let row = group.y * TILE_M;
  let column = group.x * (TILE_N * LANES) + lane;

  var a: array<u32, TILE_M>;
  for (var i = 0u; i < TILE_M; i++) {
    a[i] = a_batch(batch) + min(row + i, M - 1u) * A_ROW_STRIDE;
  }
  var b: array<u32, TILE_N>;
  for (var j = 0u; j < TILE_N; j++) {
    b[j] = b_batch(batch) + min(column + j * LANES, N - 1u) * B_COLUMN_STRIDE;
  }

  var sum: array<f32, TILE_M * TILE_N>;
  for (var k = 0u; k < K; k++) {
    var right: array<f32, TILE_N>;
    for (var j = 0u; j < TILE_N; j++) {
      right[j] = load_b(b[j] + k * B_ROW_STRIDE);
    }
    for (var i = 0u; i < TILE_M; i++) {
      let left = load_a(a[i] + k * A_COLUMN_STRIDE);
      for (var j = 0u; j < TILE_N; j++) {
        sum[i * TILE_N + j] = fma(left, right[j], sum[i * TILE_N + j]);
      }
    }
  }

  for (var i = 0u; i < TILE_M; i++) {
    for (var j = 0u; j < TILE_N; j++) {
      if (row + i < M && column + j * LANES < N) {
        store(batch, row + i, column + j * LANES, sum[i * TILE_N + j]);
      }
    }
  }
}
