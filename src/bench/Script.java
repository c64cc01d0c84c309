/** What a connection says for one execution, request by request. Called by the one thread of the load only. */
interface Script {

    /**
     * One request.
     *
     * @param headers each ended by CR LF
     * @param body JSON, null for none
     */
    record Request(String method, String path, String headers, String body) {

        static Request get(String path) {
            return new Request("GET", path, "", null);
        }

        static Request post(String path, String headers, String body) {
            return new Request("POST", path, headers, body);
        }
    }

    /** The request number {@code step}, from 0, of execution {@code n}; null when there is none left. */
    Request request(int n, int step);

    /** Whether that answer is the expected one. */
    default boolean expected(int n, int step, int status, String body) {
        return status == 200 || status == 201 || status == 202;
    }

    /** Whether the request is to be sent again. */
    default boolean again(int status) {
        return status == 504;
    }
}
