/* Stands in for DNX64: the same exports with the same types, over two cameras of which the second has quadrants.
   The functions beginning with "test_" tell and change what the camera does. */
#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

static int selected = -1, count = 2;
static long configs[2] = {0x04, 0x46}, leds[2], quadrants[2] = {15, 15}, levels[2] = {3, 3};
static bool is_ready = false;

bool Init(void) { is_ready = selected >= 0; return false; }
int GetVideoDeviceCount(void) { return is_ready ? count : 0; }
const wchar_t *GetVideoDeviceName(int n) { return n == 1 ? L"Dino-Lite Edge" : L"Dino-Lite Basic"; }
const wchar_t *GetDeviceId(int n) { return n == 1 ? L"AM4517-0001" : L"AM2111-0002"; }
long GetConfig(int n) { return is_ready ? configs[n] : 0; }
void SetVideoDeviceIndex(int n) { selected = n; }
void SetLEDState(int n, long state) { leds[n] = state; }
void SetFLCSwitch(int n, long wanted) { if (n == selected && leds[n] == 1) quadrants[n] = wanted == 16 ? 0 : wanted; }
void SetFLCLevel(int n, long level) { levels[n] = level; }

long test_lit(int n) { return quadrants[n]; }
long test_level(int n) { return levels[n]; }
void test_set_config(int n, long config) { configs[n] = config; }
void test_start_over(void) { selected = -1; is_ready = false; leds[0] = leds[1] = 0; quadrants[1] = 15; configs[1] = 0x46; }
