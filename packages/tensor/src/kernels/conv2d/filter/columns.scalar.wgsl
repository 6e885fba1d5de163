// Four columns of y's cotangent one by one: any output channels, any alignment.

fn read_columns(pixel: u32, column: u32) -> vec4<f32> {
  return vec4<f32>(
    load_b(pixel + min(column, OUT_CHANNELS() - 1u)),
    load_b(pixel + min(column + 1u, OUT_CHANNELS() - 1u)),
    load_b(pixel + min(column + 2u, OUT_CHANNELS() - 1u)),
    load_b(pixel + min(column + 3u, OUT_CHANNELS() - 1u)),
  );
}
