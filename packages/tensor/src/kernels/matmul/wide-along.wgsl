// The wide operand in vectors along k: one load gives a lane one of its lines at four k.
fn wide_start(base: u32, first: u32) -> vec4<u32> {
  return base + min(first + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(WIDE_SIZE - 1u)) * WIDE_STRIDE;
}

fn wide_block(at: vec4<u32>, k: u32) -> array<vec4<f32>, 4> {
  let x = wide_load4(at.x + k);
  let y = wide_load4(at.y + k);
  let z = wide_load4(at.z + k);
  let w = wide_load4(at.w + k);
  return array<vec4<f32>, 4>(
    vec4<f32>(x.x, y.x, z.x, w.x),
    vec4<f32>(x.y, y.y, z.y, w.y),
    vec4<f32>(x.z, y.z, z.z, w.z),
    vec4<f32>(x.w, y.w, z.w, w.w),
  );
}
