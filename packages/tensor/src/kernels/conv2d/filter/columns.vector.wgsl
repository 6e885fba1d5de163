// Four columns of y's cotangent at once: output channels are a multiple of 4 and the cotangent is aligned.

fn read_columns(pixel: u32, column: u32) -> vec4<f32> {
  return load4_b(pixel + min(column, OUT_CHANNELS() - 4u));
}
