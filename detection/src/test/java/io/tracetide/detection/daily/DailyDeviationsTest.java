package io.tracetide.detection.daily;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DailyDeviationsTest {
  private static final int DAY = 8_640;

  /** A job from here on, in windows of a day. */
  private static final int JOB = 4_000;

  private final DailyDeviations daily = new DailyDeviations();
  private final Random random = new Random(3);

  @Test
  void shouldKnowWhatRecurredOnTwoDays() {
    day(0, JOB, 8);
    assertThat(daily.usual(DAY + JOB)).as("after one day").isZero();
    day(1, JOB + 20, 8);

    assertThat(daily.usual(2 * DAY + JOB)).isCloseTo(8, within(1.5));
    assertThat(daily.without(2 * DAY + JOB + 60, 8)).isLessThan(1.5);
    assertThat(daily.without(2 * DAY + JOB + 60, 20)).as("more than usual").isGreaterThan(10);
    assertThat(daily.usual(2 * DAY + JOB + 1_000)).as("at another time").isZero();
  }

  @Test
  void shouldNotTakeASingleDeviationForAPattern() {
    day(0, JOB, 8);
    day(1, JOB + 3_000, 8);

    assertThat(daily.usual(2 * DAY + JOB)).isZero();
    assertThat(daily.usual(2 * DAY + JOB + 3_000)).isZero();
  }

  @Test
  void shouldForgetWhatIsNoLongerSeen() {
    day(0, JOB, 8);
    day(1, JOB, 8);
    day(2, JOB, 0);

    assertThat(daily.usual(3 * DAY + JOB)).isZero();
  }

  @Test
  void shouldNotBecomeLessSensitiveByChance() {
    for (int day = 0; day < 4; day++) {
      day(day, 0, 0);
    }

    for (int window = 0; window < DAY; window += 60) {
      assertThat(daily.usual(4 * DAY + window)).isZero();
    }
    assertThat(daily.without(4 * DAY, 5)).isEqualTo(5);
  }

  @Test
  void shouldLeaveTheOtherDirectionAlone() {
    day(0, JOB, 8);
    day(1, JOB, 8);

    assertThat(daily.without(2 * DAY + JOB, -4)).isEqualTo(-4);
    assertThat(daily.without(2 * DAY + JOB, 1)).isZero();
  }

  @Test
  void shouldContinueFromItsBytes() throws IOException {
    day(0, JOB, 8);
    day(1, JOB, 8);
    for (int window = 0; window < JOB + 30; window++) {
      daily.add(2 * DAY + window, window < JOB ? 0 : 6);
    }
    DailyDeviations restored = new DailyDeviations();
    restored.read(new DataInputStream(new ByteArrayInputStream(bytes(daily))));
    ByteArrayOutputStream weeks = new ByteArrayOutputStream();
    daily.writeWeeks(new DataOutputStream(weeks));
    restored.readWeeks(new DataInputStream(new ByteArrayInputStream(weeks.toByteArray())));

    for (int window = JOB + 30; window < JOB + 300; window++) {
      daily.add(2 * DAY + window, 2);
      restored.add(2 * DAY + window, 2);
      assertThat(restored.usual(3 * DAY + window)).isEqualTo(daily.usual(3 * DAY + window));
    }
    assertThat(bytes(restored)).isEqualTo(bytes(daily)).hasSizeLessThan(400);
  }

  @Test
  void shouldKnowWhatRecurredInTwoWeeks() {
    for (int day = 0; day < 21; day++) {
      assertThat(daily.usual((long) day * DAY + JOB + 60))
          .as("day " + day)
          .isCloseTo(day == 14 ? 8 : 0, within(1.5));
      day(day, JOB, day % 7 == 0 ? 8 : 0);
    }

    assertThat(daily.usual(21L * DAY + JOB + 60)).isCloseTo(8, within(1.5));
    assertThat(daily.usual(22L * DAY + JOB + 60)).as("another day").isZero();
    assertThat(daily.usual(28L * DAY + JOB + 60)).as("after a week without it").isZero();
  }

  /** From the second week on, a job of working days is usual on Mondays, too. */
  @Test
  void shouldKnowJobsOfWorkingDays() {
    for (int day = 0; day < 19; day++) {
      if (day >= 14) {
        assertThat(daily.usual((long) day * DAY + JOB + 60)).as("day " + day).isGreaterThan(6);
      }
      day(day, JOB, day % 7 < 5 ? 8 : 0);
    }
    assertThat(daily.usual(19L * DAY + JOB + 60)).as("Saturday, by the days before").isPositive();
    day(19, JOB, 0);
    assertThat(daily.usual(20L * DAY + JOB + 60)).as("Sunday").isZero();
  }

  @Test
  void shouldKeepTheLatestOfTooManyTimesOfTheWeek() throws IOException {
    WeeklyDeviations weekly = new WeeklyDeviations();
    for (int week = 0; week < 2; week++) {
      for (int i = 0; i < 2 * WeeklyDeviations.MOST; i++) {
        weekly.add(week * 1_008L + i, (byte) 40);
      }
    }
    int usual = 0;
    for (int i = 0; i < 1_008; i++) {
      usual += weekly.usual(2_016L + i) > 0 ? 1 : 0;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    weekly.write(new DataOutputStream(bytes));

    assertThat(usual).isLessThanOrEqualTo(WeeklyDeviations.MOST);
    assertThat(bytes.size()).isEqualTo(1 + 6 * WeeklyDeviations.MOST);
  }

  private static byte[] bytes(DailyDeviations daily) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    daily.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /** A day with a deviation of half an hour. */
  private void day(int day, int from, double size) {
    for (int window = 0; window < DAY; window++) {
      double job = window >= from && window < from + 180 ? size : 0;
      daily.add((long) day * DAY + window, job + random.nextGaussian());
    }
  }
}
