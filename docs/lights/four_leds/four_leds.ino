// Four LEDs for a dermatology camera, on any Arduino-compatible board. The words it speaks: ../protocol.md
//
// Wiring: each LED (or the gate of its transistor) at one of PINS, through its resistor, to ground. More than 20 mA
// a light needs a transistor or a constant-current driver; the pin then switches that. Every light is driven with
// the same current whether it is on alone or with the others, so that calibrated strengths stay true.

const char *const NAMES[] = {"upper-right", "upper-left", "lower-left", "lower-right"};  // as seen in the picture
const int PINS[] = {3, 5, 6, 9};
const int COUNT = 4;
const int ON_LEVEL = HIGH;  // LOW where a low pin switches a light on
const unsigned long ALONE_MS = 60000UL;
const int LONGEST_LINE = 250;

char line[LONGEST_LINE + 1];
int length = 0;
bool isTooLong = false;
bool isAllOn = true;
unsigned long orderedAt = 0;

// One light on (0 .. COUNT - 1), all (-1), or none (-2).
void light(int which) {
  const int offLevel = ON_LEVEL == HIGH ? LOW : HIGH;
  for (int n = 0; n < COUNT; n++) {
    digitalWrite(PINS[n], which == -1 || which == n ? ON_LEVEL : offLevel);
  }
  isAllOn = which == -1;
  orderedAt = millis();
}

void answer(const char *number, const char *words) {
  Serial.print(number);
  Serial.print(' ');
  Serial.println(words);
}

void greet(const char *number) {
  Serial.print(number);
  Serial.print(" OK rhytid-lights 1");
  for (int n = 0; n < COUNT; n++) {
    Serial.print(' ');
    Serial.print(NAMES[n]);
  }
  Serial.println();
}

// "7 ON 2": number, order, perhaps which light.
void obey(char *words) {
  char *number = strtok(words, " ");
  char *order = strtok(NULL, " ");
  char *which = strtok(NULL, " ");
  if (number == NULL) return;
  for (const char *c = number; *c; c++) {
    if (*c < '0' || *c > '9') return;  // not for us
  }
  if (order == NULL) return answer(number, "ERR no order");
  if (strcmp(order, "HELLO") == 0) return greet(number);
  if (strcmp(order, "ALL") == 0) {
    light(-1);
  } else if (strcmp(order, "OFF") == 0) {
    light(-2);
  } else if (strcmp(order, "ON") == 0) {
    const int wanted = which == NULL ? 0 : atoi(which);
    if (wanted < 1 || wanted > COUNT) return answer(number, "ERR no such light");
    light(wanted - 1);
  } else {
    return answer(number, "ERR unknown order");
  }
  answer(number, "OK");
}

void hear(char c) {
  if (c == '\n') {
    line[length] = 0;
    if (!isTooLong) obey(line);
    length = 0;
    isTooLong = false;
  } else if (c != '\r') {
    if (length < LONGEST_LINE) {
      line[length++] = c;
    } else {
      isTooLong = true;
    }
  }
}

void setup() {
  for (int n = 0; n < COUNT; n++) pinMode(PINS[n], OUTPUT);
  light(-1);
  Serial.begin(115200);
}

void loop() {
  while (Serial.available() > 0) hear((char)Serial.read());
  if (!isAllOn && millis() - orderedAt > ALONE_MS) light(-1);
}
