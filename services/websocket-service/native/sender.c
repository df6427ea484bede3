// The innermost loop of fan-out: the same bytes to many sockets in one call. Node's own write costs a quarter more than the
// system call that it makes. What each argument has to be is said in src/ports/sender.ts, which does the same without this.

#include <errno.h>
#include <node_api.h>
#include <stdbool.h>
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

// A typed array's memory, which is NULL for an empty one.
typedef struct {
  void *start;
  size_t length;
} list;

static bool read_list(napi_env env, napi_value array, napi_typedarray_type expected, list *found) {
  napi_typedarray_type type;
  if (napi_get_typedarray_info(env, array, &type, &found->length, &found->start, NULL, NULL) != napi_ok) return false;
  return type == expected && found->length <= INT32_MAX;
}

static napi_value number_of(napi_env env, int32_t value) {
  napi_value number;
  return napi_create_int32(env, value, &number) == napi_ok ? number : NULL;
}

// toOne(descriptor, bytes)
static napi_value to_one(napi_env env, napi_callback_info info) {
  napi_value argument[2];
  size_t arguments = 2;
  int32_t descriptor;
  list bytes;
  if (napi_get_cb_info(env, info, &arguments, argument, NULL, NULL) != napi_ok) return refuse(env);
  if (napi_get_value_int32(env, argument[0], &descriptor) != napi_ok) return refuse(env);
  if (!read_list(env, argument[1], napi_uint8_array, &bytes)) return refuse(env);
  return number_of(env, send_now(descriptor, bytes.start, bytes.length));
}

// toAll(descriptors, count, bytes, taken)
static napi_value to_all(napi_env env, napi_callback_info info) {
  napi_value argument[4];
  size_t arguments = 4;
  int32_t count, whole = 0;
  list descriptors, bytes, taken;
  if (napi_get_cb_info(env, info, &arguments, argument, NULL, NULL) != napi_ok) return refuse(env);
  if (!read_list(env, argument[0], napi_int32_array, &descriptors)) return refuse(env);
  if (napi_get_value_int32(env, argument[1], &count) != napi_ok) return refuse(env);
  if (!read_list(env, argument[2], napi_uint8_array, &bytes)) return refuse(env);
  if (!read_list(env, argument[3], napi_int32_array, &taken)) return refuse(env);
  if (count < 0 || (size_t)count > descriptors.length || (size_t)count > taken.length) return refuse(env);
  for (int32_t index = 0; index < count; index++) {
    int32_t took = send_now(((int32_t *)descriptors.start)[index], bytes.start, bytes.length);
    ((int32_t *)taken.start)[index] = took;
    if ((size_t)took == bytes.length) whole++;
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
