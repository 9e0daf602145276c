package io.tracetide.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessFiguresTest {

  @Test
  void shouldReadTheValuesOfThisProcess() {
    ProcessFigures figures = ProcessFigures.of(ProcessHandle.current().pid()).orElseThrow();

    assertThat(figures.cpu()).isGreaterThan(Duration.ZERO);
    figures.peakRssBytes().ifPresent(peak -> assertThat(peak).isGreaterThan(10L << 20));
  }

  @Test
  void shouldParseTheKernelsValues() {
    String status = "Name:\tjava\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\n";

    assertThat(ProcessFigures.kibibytes(status, "VmHWM:")).hasValue(200L << 20);
    assertThat(ProcessFigures.kibibytes(status, "VmSwap:")).isEmpty();
  }
}
