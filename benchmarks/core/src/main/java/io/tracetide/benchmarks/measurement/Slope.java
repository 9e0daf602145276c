package io.tracetide.benchmarks.measurement;

/** The line of least squares through points. */
public final class Slope {

  private double n;
  private double sumX;
  private double sumY;
  private double sumXx;
  private double sumXy;

  public void add(double x, double y) {
    n++;
    sumX += x;
    sumY += y;
    sumXx += x * x;
    sumXy += x * y;
  }

  /** How much y rises for one of x; not a number below two points. */
  public double perX() {
    double spread = n * sumXx - sumX * sumX;
    return n < 2 || spread == 0 ? Double.NaN : (n * sumXy - sumX * sumY) / spread;
  }
}
