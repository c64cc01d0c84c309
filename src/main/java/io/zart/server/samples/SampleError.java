package io.zart.server.samples;

/** What a sample step fails with when it is told to. */
final class SampleError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SampleError(String message) {
        super(message);
    }

    /** The error of that attempt, from 0. */
    static SampleError boom(int attempt) {
        return new SampleError("boom on attempt " + attempt);
    }
}
