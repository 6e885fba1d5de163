// The Y partial results of a row become one, by a tree in workgroup memory; every thread of the row gets it.
// The compiler fills in NAME, TYPE and how two results are combined.

var<workgroup> shared_NAME: array<TYPE, X * Y>;

fn combine_NAME(partial: TYPE, local: u32, across: u32, along: u32) -> TYPE {
  shared_NAME[local] = partial;
  workgroupBarrier();
  for (var reach = Y / 2u; reach > 0u; reach >>= 1u) {
    if (along < reach) {
      let a = shared_NAME[local];
      let b = shared_NAME[local + reach * X];
      shared_NAME[local] = COMBINED;
    }
    workgroupBarrier();
  }
  let result = shared_NAME[across];
  workgroupBarrier();
  return result;
}
