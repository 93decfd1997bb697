// As much of an Arduino as the sketch in docs/lights needs, on this computer: the serial port is an open file whose number is
// the first argument, every pin that is written goes as "pin=level" to standard output. Arduino adds prototypes by itself.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

const int HIGH = 1, LOW = 0, OUTPUT = 1;

inline unsigned long millis() {
  using namespace std::chrono;
  static const char *const pace = getenv("CLOCK_PACE");  // so many milliseconds pass in one
  const auto now = duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
  return (unsigned long)now * (pace ? atoi(pace) : 1);
}
inline void pinMode(int, int) {}
inline void digitalWrite(int pin, int level) {
  printf("%d=%d\n", pin, level);
  fflush(stdout);
}

struct SerialPort {
  int file = -1;
  void begin(long) {}
  int available() {
    struct pollfd waiting = {file, POLLIN, 0};
    if (poll(&waiting, 1, 5) < 0 || (waiting.revents & (POLLHUP | POLLERR))) exit(0);
    return (waiting.revents & POLLIN) != 0;
  }
  int read() {
    unsigned char c = 0;
    if (::read(file, &c, 1) != 1) exit(0);
    return c;
  }
  void print(const char *words) { if (::write(file, words, strlen(words)) < 0) exit(0); }
  void print(char c) { if (::write(file, &c, 1) < 0) exit(0); }
  void println(const char *words) { print(words); println(); }
  void println() { print("\r\n"); }
};
static SerialPort Serial;

void setup();
void loop();

int main(int, char **arguments) {
  Serial.file = atoi(arguments[1]);
  setup();
  for (;;) loop();
}
