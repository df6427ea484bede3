// The innermost loop of fan-out: the same bytes to many sockets in one call. Node's own write costs a quarter more than the
// system call that it makes. What each argument has to be is said in src/ports/sender.ts, which does the same without this.

#include <errno.h>
#include <node_api.h>
#include <stdint.h>
#include <sys/socket.h>

// How many bytes a socket takes at once; 0 for a full one, a broken one, and for what is no socket.
static int32_t send_now(int descriptor, const void *bytes, size_t length) {
  ssize_t taken;
  do taken = send(descriptor, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (taken < 0 && errno == EINTR);
  return taken < 0 ? 0 : (int32_t)taken;
}

static napi_value refuse(napi_env env) {
  napi_throw_type_error(env, NULL, "The native sender was called with something else than it takes: see sender.ts.");
  return NULL;
}

// The memory of a typed array of one type; NULL for anything else. An empty array has no memory, and is refused as well.
static void *memory_of(napi_env env, napi_value array, napi_typedarray_type expected, size_t *length) {
  napi_typedarray_type type;
  void *memory = NULL;
  if (napi_get_typedarray_info(env, array, &type, length, &memory, NULL, NULL) != napi_ok) return NULL;
  return type == expected && *length <= INT32_MAX ? memory : NULL;
}

static napi_value number_of(napi_env env, int32_t value) {
  napi_value number;
  return napi_create_int32(env, value, &number) == napi_ok ? number : NULL;
}

// toOne(descriptor, bytes)
static napi_value to_one(napi_env env, napi_callback_info info) {
  napi_value argument[2];
  size_t count = 2, length = 0;
  int32_t descriptor;
  if (napi_get_cb_info(env, info, &count, argument, NULL, NULL) != napi_ok || count < 2) return refuse(env);
  if (napi_get_value_int32(env, argument[0], &descriptor) != napi_ok) return refuse(env);
  const void *bytes = memory_of(env, argument[1], napi_uint8_array, &length);
  if (bytes == NULL) return refuse(env);
  return number_of(env, send_now(descriptor, bytes, length));
}

// toAll(descriptors, count, bytes, taken)
static napi_value to_all(napi_env env, napi_callback_info info) {
  napi_value argument[4];
  size_t arguments = 4, room = 0, length = 0, answers = 0;
  int32_t count;
  if (napi_get_cb_info(env, info, &arguments, argument, NULL, NULL) != napi_ok || arguments < 4) return refuse(env);
  const int32_t *descriptors = memory_of(env, argument[0], napi_int32_array, &room);
  if (descriptors == NULL || napi_get_value_int32(env, argument[1], &count) != napi_ok) return refuse(env);
  const void *bytes = memory_of(env, argument[2], napi_uint8_array, &length);
  int32_t *taken = memory_of(env, argument[3], napi_int32_array, &answers);
  if (bytes == NULL || taken == NULL) return refuse(env);
  if (count < 0 || (size_t)count > room || (size_t)count > answers) return refuse(env);
  int32_t whole = 0;
  for (int32_t index = 0; index < count; index++) {
    taken[index] = send_now(descriptors[index], bytes, length);
    if ((size_t)taken[index] == length) whole++;
  }
  return number_of(env, whole);
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor methods[] = {
      {"toOne", NULL, to_one, NULL, NULL, NULL, napi_enumerable, NULL},
      {"toAll", NULL, to_all, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  napi_define_properties(env, exports, sizeof methods / sizeof *methods, methods);
  return exports;
}
