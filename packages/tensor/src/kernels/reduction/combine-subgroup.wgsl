// The same without workgroup memory, where all threads of the workgroup are one subgroup: partial results travel by shuffles.
// Barriers are dear on software adapters, which run a workgroup with barriers as coroutines. Needs X · Y threads in one subgroup and
// `local` as their number in it.

fn combine_NAME(partial: TYPE, local: u32, across: u32, along: u32) -> TYPE {
  var a = partial;
  for (var reach = Y / 2u; reach > 0u; reach >>= 1u) {
    let b = subgroupShuffleXor(a, reach * X);
    a = COMBINED;
  }
  return a;
}
