# SPDX-License-Identifier: Apache-2.0
# The certificate functions of MicroK8s, as far as clocks and addresses matter to them.
# Needs SNAP and SNAP_DATA. A pass that finds nothing to do starts as few processes as can be: the loop goes on for as
# long as a guest does, and under emulation each is dear.

get_ips() { # every address of the host, in the order of `hostname -I`, without the pod networks' own
    local link ip skip=' '
    while read -r _ link _ ip _; do
        case $link in vxlan.calico | flannel.1 | cni0 | ovn0) skip+="${ip%/*} " ;; esac
    done <<<"$(ip -4 -o address 2>/dev/null)"
    for ip in $(hostname -I); do
        [[ $skip == *" $ip "* || $ip == 169.254.* ]] || echo "$ip"
    done
}

render_csr_conf() {
    local number=2 lines='' template ip
    for ip in $(get_ips); do
        number=$((number + 1))
        lines+=${lines:+$'\n'}"IP.$number = $ip"
    done
    template=$(<"$SNAP_DATA/certs/csr.conf.template")
    echo "${template/\#MOREIPS/"$lines"}" >"$SNAP_DATA/certs/csr.conf.rendered"
}

refresh_csr_conf() {
    render_csr_conf
    cp "$SNAP_DATA/certs/csr.conf.rendered" "$SNAP_DATA/certs/csr.conf"
}

sign() { # sign NAME CA DAYS [OPTION...]: signs NAME.csr; dated by the clock, without backdating
    local name=$1 ca=$2 days=$3 dir=$SNAP_DATA/certs
    shift 3
    openssl x509 -req -sha256 -in "$dir/$name.csr" -CA "$dir/$ca.crt" -CAkey "$dir/$ca.key" \
        -CAcreateserial -out "$dir/$name.crt" -days "$days" "$@"
}

gen_server_cert() {
    local dir=$SNAP_DATA/certs
    openssl req -new -sha256 -key "$dir/server.key" -out "$dir/server.csr" -config "$dir/csr.conf"
    sign server ca 365 -extensions v3_ext -extfile "$dir/csr.conf"
}

gen_proxy_client_cert() {
    local dir=$SNAP_DATA/certs
    openssl req -new -sha256 -key "$dir/front-proxy-client.key" -out "$dir/front-proxy-client.csr" \
        -config <(sed '/^prompt = no/d' "$dir/csr.conf") -subj "/CN=front-proxy-client"
    sign front-proxy-client front-proxy-ca 365 -extensions v3_ext -extfile "$dir/csr.conf"
}

gen_key() { openssl genrsa -out "$1" "${2:-2048}" 2>/dev/null; }

gen_ca() { # gen_ca NAME SUBJECT: only if it is missing
    local dir=$SNAP_DATA/certs
    [ -f "$dir/$1.key" ] || gen_key "$dir/$1.key"
    [ -f "$dir/$1.crt" ] ||
        openssl req -x509 -new -sha256 -nodes -days 3650 -key "$dir/$1.key" -subj "$2" -out "$dir/$1.crt"
}

produce_certs() { # "1" on stdout: both leafs were issued; "0": nothing to do
    local dir=$SNAP_DATA/certs key
    for key in serviceaccount server front-proxy-client; do
        [ -f "$dir/$key.key" ] || gen_key "$dir/$key.key"
    done
    gen_ca ca "/CN=10.152.183.1"
    gen_ca front-proxy-ca "/CN=front-proxy-ca"
    render_csr_conf
    if [[ -e $dir/csr.conf && $(<"$dir/csr.conf.rendered") == "$(<"$dir/csr.conf")" ]]; then
        echo 0
    else
        cp "$dir/csr.conf.rendered" "$dir/csr.conf"
        gen_server_cert
        gen_proxy_client_cert
        echo 1
    fi
}

ensure_server_ca() {
    local dir=$SNAP_DATA/certs
    if openssl verify -no-CAfile -no-CApath -partial_chain -trusted "$dir/ca.crt" "$dir/server.crt" >/dev/null; then
        echo 0
    else
        gen_server_cert
        echo 1
    fi
}

create_user_cert() { # create_user_cert NAME SUBJECT [SAN]
    local dir=$SNAP_DATA/certs
    gen_key "$dir/$1.key"
    openssl req -new -sha256 -key "$dir/$1.key" -subj "$2" -out "$dir/$1.csr"
    sign "$1" ca 3650 ${3:+-extfile <(echo "subjectAltName=$3")}
    rm "$dir/$1.csr"
}

create_user_certificates() { # create_user_certificates HOST
    local san="DNS:$1" ip
    for ip in $(get_ips); do san+=",IP:$ip"; done
    create_user_cert client "/CN=admin/O=system:masters"
    create_user_cert controller "/CN=system:kube-controller-manager"
    create_user_cert scheduler "/CN=system:kube-scheduler"
    create_user_cert proxy "/CN=system:kube-proxy"
    create_user_cert kubelet "/CN=system:node:$1/O=system:nodes" "$san"
    create_user_cert apiserver-kubelet-client "/CN=kube-apiserver-kubelet-client/O=system:masters"
}

create_kubeconfig() { # create_kubeconfig NAME USER: the pair NAME is embedded
    local dir=$SNAP_DATA/certs
    cat >"$SNAP_DATA/credentials/$1.config" <<-EOF
	apiVersion: v1
	clusters:
	- cluster:
	    certificate-authority-data: $(base64 -w0 "$dir/ca.crt")
	    server: https://127.0.0.1:16443
	  name: microk8s-cluster
	contexts:
	- context:
	    cluster: microk8s-cluster
	    user: $2
	  name: microk8s
	current-context: microk8s
	kind: Config
	preferences: {}
	users:
	- name: $2
	  user:
	    client-certificate-data: $(base64 -w0 "$dir/$1.crt")
	    client-key-data: $(base64 -w0 "$dir/$1.key")
	EOF
}

create_kubeconfigs() { # create_kubeconfigs HOST
    create_kubeconfig client admin
    create_kubeconfig controller system:kube-controller-manager
    create_kubeconfig scheduler system:kube-scheduler
    create_kubeconfig proxy system:kube-proxy
    create_kubeconfig kubelet "system:node:$1"
}

init_cluster() { # init_cluster HOST: dqlite's own certificate
    local dir=$SNAP_DATA/var/kubernetes/backend
    gen_key "$dir/cluster.key" 4096
    openssl req -x509 -new -sha256 -nodes -days 3650 -key "$dir/cluster.key" -out "$dir/cluster.crt" \
        -subj "/C=GB/ST=Canonical/L=Canonical/O=Canonical/OU=Canonical/CN=k8s" \
        -addext "subjectAltName=DNS:$1,IP:127.0.0.1"
}
